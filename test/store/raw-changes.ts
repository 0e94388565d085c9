import { Database } from '../../src/store/sqlite/file/driver.js';

/** Changes a database behind the program's back, as another program or a damaged disk would. */
export function changeRaw(path: string, statements: string): void {
  const raw = new Database(path);
  raw.exec(statements);
  raw.close();
}

/** The holders of a database become processes that ended long ago. */
export function pretendHolderIsGone(path: string): void {
  changeRaw(path, "UPDATE holders SET pid = 1073741824, process_start = ''");
}
