package dbfile

import (
	"context"
	"fmt"
	"hash/crc32"
	"os"
	"time"
)

// A log that is cut, damaged or removed takes back the commits that were only in
// it, and what remains looks perfect: SQLite reads a log up to the first frame
// that is not as it was written. So the last revision is noted in a file beside,
// and whoever opens the database compares the two.

// noteSuffix ends the name of the note. It goes where its database goes.
const noteSuffix = "-rev"

// noteFormat is a revision, and the checksum of its digits.
const noteFormat = "%019d %08x\n"

// noteRevision notes a revision that was committed. Without it, or with an older
// one, a loss may go unnoticed, but none is reported that did not happen.
func noteRevision(path string, rev int64) {
	f, err := os.OpenFile(path+noteSuffix, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	_, _ = f.WriteAt([]byte(note(rev)), 0)
	_ = f.Close()
}

func note(rev int64) string {
	return fmt.Sprintf(noteFormat, rev, crc32.ChecksumIEEE(fmt.Appendf(nil, "%d", rev)))
}

// NotedRevision is the last revision of a database that was noted, and when; 0
// where none was.
func NotedRevision(path string) (rev int64, at time.Time) {
	text, err := os.ReadFile(path + noteSuffix)
	info, err2 := os.Stat(path + noteSuffix)
	if err != nil || err2 != nil {
		return 0, time.Time{}
	}
	if _, err := fmt.Sscanf(string(text), "%d", &rev); err != nil || note(rev) != string(text) {
		return 0, time.Time{}
	}
	return rev, info.ModTime()
}

// complete makes sure that no commit up to a noted revision is missing.
func (f *File) complete(ctx context.Context, l *Conn, noted int64) error {
	if !f.schema.Noted || noted == 0 {
		return nil
	}
	var rev int64
	err := l.Row(ctx, "SELECT rev FROM clock").Scan(&rev)
	switch {
	case err != nil && code(err) == 0 && ctx.Err() == nil: // not SQLite's: there is no number
		return &damageError{"it does not hold how often it was changed"}
	case err != nil:
		return err
	}
	if rev < noted {
		return &damageError{fmt.Sprintf("its last %d changes are missing", noted-rev)}
	}
	return nil
}
