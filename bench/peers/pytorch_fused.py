"""PyTorch, 16 models fused by hand: batched matrix products, a fused Adam over the stacked weights, one thread."""
import torch
import task

torch.set_num_threads(1)
MODELS = 16
given, gflops = task.request(), []
for shape in given["shapes"]:
    layers, batch = shape["layers"], shape["batch"]
    x, y = task.table(8192, layers[0], layers[-1])
    alpha = torch.ones(layers[-1])
    weights = [(torch.randn(MODELS, a, b) * (2 / a) ** 0.5).requires_grad_(True) for a, b in zip(layers, layers[1:])]
    biases = [torch.zeros(MODELS, 1, b, requires_grad=True) for b in layers[1:]]
    optimizer = torch.optim.Adam(weights + biases, lr=1e-3, fused=True)
    orders = torch.stack([torch.randperm(8192) for _ in range(MODELS)])
    at = 0

    def step():
        global at
        rows = orders[:, at:at + batch]
        at = (at + batch) % 8192
        h = x[rows]
        for index, (w, b) in enumerate(zip(weights, biases)):
            h = torch.baddbmm(b, h, w)
            if index < len(weights) - 1:
                h = torch.relu(h)
        optimizer.zero_grad()
        task.focal_loss(h, y[rows], alpha, 2.0).mean(1).sum().backward()
        optimizer.step()

    gflops.append(task.median_gflops(step, layers, batch, MODELS))
task.answer(version=f"PyTorch {torch.__version__}", gflops=gflops)
