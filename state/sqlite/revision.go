package sqlite

import (
	"context"

	"unibox/state/sqlite/dbfile"
)

// revision is how far a file was read, and which file that was.
type revision struct {
	id  string
	rev int64
}

// revisions are those of both files now.
func (db *DB) revisions(ctx context.Context) (cache, state revision, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) (err error) {
		cache, err = readRevision(ctx, l)
		return err
	})
	if err == nil {
		state, err = db.revision(ctx)
	}
	return cache, state, err
}

func (df *durableFile) revision(ctx context.Context) (r revision, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) (err error) {
		r, err = readRevision(ctx, l)
		return err
	})
	return r, err
}

func readRevision(ctx context.Context, l *dbfile.Conn) (r revision, err error) {
	err = l.Row(ctx, "SELECT id, rev FROM clock").Scan(&r.id, &r.rev)
	return r, err
}

// reaches reports whether what was read up to r goes on to now: it is the same file,
// and nothing was taken back.
func (r revision) reaches(now revision) bool {
	return r.id == "" || r.id == now.id && r.rev <= now.rev
}
