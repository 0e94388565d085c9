"""PyTorch eager, one model at a time, one thread."""
import torch
import task

torch.set_num_threads(1)
given, gflops = task.request(), []
for shape in given["shapes"]:
    layers, batch = shape["layers"], shape["batch"]
    x, y = task.table(8192, layers[0], layers[-1])
    alpha, model = torch.ones(layers[-1]), task.mlp(layers)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    order = torch.randperm(8192)
    at = 0

    def step():
        global at
        rows = order[at:at + batch]
        at = (at + batch) % 8192
        optimizer.zero_grad()
        task.focal_loss(model(x[rows]), y[rows], alpha, 2.0).mean().backward()
        optimizer.step()

    gflops.append(task.median_gflops(step, layers, batch))
task.answer(version=f"PyTorch {torch.__version__}", gflops=gflops)
