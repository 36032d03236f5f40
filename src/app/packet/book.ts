/** One book a world: what has been opened once is not opened again. */
import { PacketBook } from '../../report/packet/book.ts';
import type { Opened } from '../opening/contract.ts';

const books = new WeakMap<object, PacketBook>();

export function bookOf({ data }: Opened): PacketBook {
  let book = books.get(data);
  if (!book) {
    book = new PacketBook(data);
    books.set(data, book);
  }
  return book;
}
