export function reasonWithoutMachines(): string | undefined;
