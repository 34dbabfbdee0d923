package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
)

// pageSize is that of our files, and SQLite's own.
const pageSize = 4096

// The places in the first page where a file says how many pages it has.
const (
	pagesAt    = 28
	pagesWidth = 4
)

// graft makes a copy of a database whose first page is lost, with the first
// page of a new one: that says which table begins on which page, and files
// that were made by the same steps agree in it for all tables of the first
// one. Where they do not, what is read makes no sense, and is not taken over.
func graft(ctx context.Context, path, to string) error {
	fresh := to + ".fresh"
	if err := errors.Join(remove(to), remove(fresh)); err != nil { // of a rescue that was cut short
		return err
	}
	defer func() { _ = remove(fresh) }()
	f, err := openFile(ctx, fresh, "NORMAL", "state")
	if err != nil {
		return err
	}
	if err := f.close(); err != nil {
		return err
	}
	head, err := os.ReadFile(fresh)
	if err != nil {
		return err
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	pages := len(body) / pageSize
	if pages < 2 || len(head) < pageSize {
		return errors.New("there is nothing behind the first page")
	}
	copy(body, head[:pageSize])
	binary.BigEndian.PutUint32(body[pagesAt:pagesAt+pagesWidth], uint32(pages))
	if err := os.WriteFile(to, body[:pages*pageSize], 0o600); err != nil {
		return err
	}
	return copyFile(path+"-wal", to+"-wal")
}

// legible reports whether a connection finds the tables of state.db.
func legible(ctx context.Context, links []*link) bool {
	if len(links) == 0 {
		return false
	}
	columns, err := links[0].columns(ctx, "draft")
	return err == nil && len(columns) > 0
}
