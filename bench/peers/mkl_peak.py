"""The matrix product of two 1024 x 1024 matrices by PyTorch's BLAS (MKL on x86) on one thread: the practical peak."""
import time
import torch
import task

torch.set_num_threads(1)
a, b, rounds = torch.randn(1024, 1024), torch.randn(1024, 1024), []
for _ in range(60):
    start = time.perf_counter()
    torch.mm(a, b)
    rounds.append(time.perf_counter() - start)
task.answer(version=f"PyTorch {torch.__version__}", gflops=2 * 1024**3 / sorted(rounds)[len(rounds) // 2] / 1e9)
