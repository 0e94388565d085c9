export function moduleFiles(file: string): readonly string[] {
  return [file];
}
