// Package boxid names a machine among the boxes of a team, by an id that is made once and kept in
// its state folder: people may have given several boxes one name, or none.
//
// A folder that was copied, as with a virtual machine, has the id of another box. So each time a
// box tells the team of itself it adds a mark, and one that does not know the mark which the team
// was last told is not the box that told it: it gets an id of its own ([Introduce]).
package boxid

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"unibox/state/lockfile"
	"unibox/state/osfile"
)

// The files in the state folder: what a box is, and what who changes that holds.
const name, lock = "box.json", "box.lock"

// mostMarks is how many of the last marks a box knows: a team's database that is put back as it was
// three weeks before names one of then. Of them fewMarks are told at first, all of them only where the
// team knows none of those.
const mostMarks, fewMarks = 5000, 16

// markLength is enough that no two are the same by chance.
const markLength = 10

// box is what the file holds. Told: the team has the last of the marks.
type box struct {
	ID    string   `json:"id"`
	Marks []string `json:"marks,omitempty"`
	Told  bool     `json:"told,omitempty"`
}

// Of is the id of the box whose state folder is dir. It is made when it is first asked for.
func Of(dir string) (id string, err error) {
	if b, whole, err := read(dir); whole || err != nil {
		return b.ID, err
	}
	err = alone(dir, func(b *box) error { id = b.ID; return nil })
	return id, err
}

// Introduce tells the team of the box, and reports whether it is another one since: the team knows
// one of its id that is not this one. tell returns false for that.
func Introduce(dir string, tell func(id string, marks []string) (same bool, err error)) (another bool, err error) {
	err = alone(dir, func(b *box) error {
		for {
			if err := b.mark(dir); err != nil {
				return err
			}
			same, err := tell(b.ID, b.Marks[max(0, len(b.Marks)-fewMarks):])
			if err == nil && !same && len(b.Marks) > fewMarks {
				same, err = tell(b.ID, b.Marks)
			}
			if err != nil {
				return err
			}
			if same {
				b.Told = true
				return b.write(dir)
			}
			*b, another = box{ID: rand.Text()}, true
		}
	})
	return another, err
}

// mark adds a mark, on disk before anybody is told, unless the last one has not been told yet.
func (b *box) mark(dir string) error {
	if len(b.Marks) > 0 && !b.Told {
		return nil
	}
	b.Marks, b.Told = append(b.Marks, rand.Text()[:markLength]), false
	b.Marks = b.Marks[max(0, len(b.Marks)-mostMarks):]
	return b.write(dir)
}

// alone runs do while no other session changes the file. One that cannot be read is a box of its own.
func alone(dir string, do func(b *box) error) error {
	held, err := lockfile.Open(filepath.Join(dir, lock), os.O_RDWR|os.O_CREATE)
	if err != nil {
		return err
	}
	defer held.Close()
	b, whole, err := read(dir)
	if err != nil {
		return err
	}
	if !whole {
		b = box{ID: rand.Text()}
		if err := b.write(dir); err != nil {
			return err
		}
	}
	return do(&b)
}

// read reads the file; whole is false where there is none, or where it makes no sense.
func read(dir string) (b box, whole bool, err error) {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return b, false, nil
	}
	if err != nil {
		return b, false, err
	}
	return b, json.Unmarshal(text, &b) == nil && b.ID != "", nil
}

// write puts the box into its file, whole.
func (b *box) write(dir string) error {
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	f, err := osfile.CreateTemp(dir, name+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = osfile.Replace(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return err
	}
	return osfile.SyncFolder(dir)
}
