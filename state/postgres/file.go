package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"unibox/state"
)

// chunkSize is how much of a file is held in memory at a time.
const chunkSize = 256 << 10

// PutFile implements state.Fleet. What an earlier try brought of it is replaced.
func (f *Fleet) PutFile(ctx context.Context, message, name string, size int64, from io.Reader) error {
	err := f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		if _, err := c.Exec(ctx, "DELETE FROM unibox.file WHERE message = $1::text AND name = $2::text", message, name); err != nil {
			return err
		}
		_, err := c.Exec(ctx, "INSERT INTO unibox.file (message, name, size) VALUES ($1::text, $2::text, $3::bigint)", message, name, size)
		return err
	})
	sum, buffer, total := sha256.New(), make([]byte, chunkSize), int64(0)
	for nth := 0; err == nil; nth++ {
		var n int
		n, err = io.ReadFull(from, buffer)
		if n == 0 {
			break
		}
		sum.Write(buffer[:n])
		total += int64(n)
		if failed := f.putChunk(ctx, message, name, nth, buffer[:n]); failed != nil {
			return failed
		}
	}
	switch {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return err
	case total != size:
		return fmt.Errorf("%s has %d bytes and not %d", name, total, size)
	}
	return f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		_, err := c.Exec(ctx, "UPDATE unibox.file SET sum = $3::text WHERE message = $1::text AND name = $2::text", message, name, hex.EncodeToString(sum.Sum(nil)))
		return err
	})
}

func (f *Fleet) putChunk(ctx context.Context, message, name string, nth int, bytes []byte) error {
	return f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		_, err := c.Exec(ctx, "INSERT INTO unibox.chunk (message, name, nth, bytes) VALUES ($1::text, $2::text, $3::int, $4::bytea)", message, name, nth, bytes)
		return err
	})
}

// GetFile implements state.Fleet.
func (f *Fleet) GetFile(ctx context.Context, message, name string, to io.Writer) error {
	var want string
	var size int64
	err := f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		err := c.QueryRow(ctx, "SELECT sum, size FROM unibox.file WHERE message = $1::text AND name = $2::text AND sum IS NOT NULL", message, name).Scan(&want, &size)
		if errors.Is(err, pgx.ErrNoRows) {
			err = state.ErrNoSuch
		}
		return err
	})
	if err != nil {
		return err
	}
	sum := sha256.New()
	for got, nth := int64(0), 0; got < size; nth++ {
		bytes, err := f.chunk(ctx, message, name, nth)
		if err != nil {
			return err
		}
		sum.Write(bytes)
		if _, err := to.Write(bytes); err != nil {
			return err
		}
		got += int64(len(bytes))
	}
	if hex.EncodeToString(sum.Sum(nil)) != want {
		return fmt.Errorf("%s is not as it was written: its checksum is another one", name)
	}
	return nil
}

func (f *Fleet) chunk(ctx context.Context, message, name string, nth int) (bytes []byte, err error) {
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		return c.QueryRow(ctx, "SELECT bytes FROM unibox.chunk WHERE message = $1::text AND name = $2::text AND nth = $3::int", message, name, nth).Scan(&bytes)
	})
	if errors.Is(err, pgx.ErrNoRows) { // its message was sent meanwhile
		err = state.ErrNoSuch
	}
	return bytes, err
}

// HasFile implements state.Fleet.
func (f *Fleet) HasFile(ctx context.Context, message, name string) (has bool, err error) {
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		return c.QueryRow(ctx, "SELECT EXISTS (SELECT FROM unibox.file WHERE message = $1::text AND name = $2::text AND sum IS NOT NULL)", message, name).Scan(&has)
	})
	return has, err
}

// dropFiles leaves what a message that is not done, or a draft, still names: who asks may not have
// followed all of them. Those are looked at only where there is something to drop.
const dropFiles = `WITH old AS MATERIALIZED (
	SELECT message FROM unibox.file WHERE message <> ALL ($1::text[]) AND at < clock_timestamp() - interval '1 minute'
), named AS MATERIALIZED (
	SELECT i.columns->>'key' AS key, i.columns->>'files' AS files FROM unibox.item i
	WHERE EXISTS (SELECT FROM old) AND i.columns IS NOT NULL AND (i.kind = 'outbox' AND (i.columns->>'status')::int <> $2::int OR i.kind = 'draft' AND i.columns->>'files' <> '')
)
DELETE FROM unibox.file f USING old WHERE f.message = old.message AND NOT EXISTS (SELECT FROM named n WHERE n.key = f.message OR position(f.message IN n.files) > 0)`

// DropFiles implements state.Fleet.
func (f *Fleet) DropFiles(ctx context.Context, but []string) error {
	return f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		_, err := c.Exec(ctx, dropFiles, but, int(state.Done))
		return err
	})
}
