"""JAX: an epoch as one compiled scan over steps, vmapped over 16 models. Run it on one core (taskset)."""
import json, os, sys, time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp

MODELS = 16
given, gflops = json.load(sys.stdin), []
for shape in given["shapes"]:
    layers, batch = shape["layers"], shape["batch"]
    key = jax.random.PRNGKey(0)
    x = jax.random.normal(key, (8192, layers[0]))
    y = jax.random.randint(key, (8192,), 0, layers[-1])
    steps = max(2, 2048 // batch)

    def loss(parameters, rows):
        h = x[rows]
        for index, (w, b) in enumerate(parameters):
            h = h @ w + b
            if index < len(parameters) - 1:
                h = jax.nn.relu(h)
        logp = jnp.take_along_axis(jax.nn.log_softmax(h), y[rows][:, None], 1)[:, 0]
        return (-jnp.exp(2.0 * jnp.log1p(-jnp.minimum(jnp.exp(logp), 1 - 1e-7))) * logp).mean()

    def step(state, rows):
        parameters, first, second, count = state
        gradient = jax.grad(loss)(parameters, rows)
        count = count + 1
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
        rate, unbias = 1e-3 / (1 - 0.9**count), 1 - 0.999**count
        update = lambda p, m, v: p - rate * m / (jnp.sqrt(v / unbias) + 1e-8)
        return (jax.tree.map(update, parameters, first, second), first, second, count), 0.0

    def start(key):
        keys = jax.random.split(key, len(layers))
        parameters = [(jax.random.normal(k, (a, b)) * (2 / a) ** 0.5, jnp.zeros(b)) for k, a, b in zip(keys, layers, layers[1:])]
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        return parameters, zeros, zeros, jnp.float32(0)

    epoch = jax.jit(jax.vmap(lambda state, order: jax.lax.scan(step, state, order)[0]))
    states = jax.vmap(start)(jax.random.split(key, MODELS))
    orders = jax.random.randint(key, (MODELS, steps, batch), 0, 8192)
    states = jax.block_until_ready(epoch(states, orders))
    rounds, end = [], time.perf_counter() + 1
    while len(rounds) < 5 or time.perf_counter() < end:
        begun = time.perf_counter()
        states = jax.block_until_ready(epoch(states, orders))
        rounds.append(time.perf_counter() - begun)
    flops = MODELS * steps * 6 * batch * sum(a * b for a, b in zip(layers, layers[1:]))
    gflops.append(flops / sorted(rounds)[len(rounds) // 2] / 1e9)
print(json.dumps(dict(version=f"JAX {jax.__version__}", gflops=gflops)))
