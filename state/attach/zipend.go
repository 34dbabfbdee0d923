package attach

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// The marks of the records at the end of a zip, and how long they are: the end, behind which
// there may be a comment; before it, in a large zip, where its own end is.
const (
	endMark, endLength         = "PK\x05\x06", 22
	locatorMark, locatorLength = "PK\x06\x07", 20
	largeMark, largeLength     = "PK\x06\x06", 56
)

// entriesOf is how many files a zip says it has, of which only the end is read for that.
func entriesOf(file io.ReaderAt, size int64) (uint64, error) {
	tail := make([]byte, min(size, endLength+1<<16))
	from := size - int64(len(tail))
	if err := readAt(file, tail, from); err != nil {
		return 0, err
	}
	at := endIn(tail)
	if at < 0 {
		return 0, zip.ErrFormat
	}
	end := tail[at:]
	n, length, offset := binary.LittleEndian.Uint16(end[10:]), binary.LittleEndian.Uint32(end[12:]), binary.LittleEndian.Uint32(end[16:])
	if n == 1<<16-1 || length == 1<<16-1 || offset == 1<<32-1 {
		return entriesOfLarge(file, from+int64(at), uint64(n))
	}
	return uint64(n), nil
}

// endIn is where the last end of a zip begins whose comment has room, -1 if there is none.
func endIn(tail []byte) int {
	for at := len(tail) - endLength; at >= 0; at-- {
		end := tail[at:]
		if bytes.HasPrefix(end, []byte(endMark)) && endLength+int(binary.LittleEndian.Uint16(end[20:])) <= len(end) {
			return at
		}
	}
	return -1
}

// entriesOfLarge is how many files the record of a large zip says, n if it has none.
func entriesOfLarge(file io.ReaderAt, end int64, n uint64) (uint64, error) {
	locator, large := make([]byte, locatorLength), make([]byte, largeLength)
	if end < locatorLength {
		return n, nil
	}
	if err := readAt(file, locator, end-locatorLength); err != nil {
		return 0, err
	}
	if !bytes.HasPrefix(locator, []byte(locatorMark)) {
		return n, nil
	}
	at := binary.LittleEndian.Uint64(locator[8:])
	if at > uint64(end) {
		return 0, zip.ErrFormat
	}
	if err := readAt(file, large, int64(at)); err != nil || !bytes.HasPrefix(large, []byte(largeMark)) {
		return 0, errors.Join(zip.ErrFormat, err)
	}
	return binary.LittleEndian.Uint64(large[32:]), nil
}

// readAt reads all of p.
func readAt(file io.ReaderAt, p []byte, at int64) error {
	n, err := file.ReadAt(p, at)
	if n == len(p) {
		return nil
	}
	return err
}
