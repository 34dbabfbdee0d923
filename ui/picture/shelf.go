package picture

import (
	"slices"

	"unibox/state"
)

// mostKept is how many pictures are kept; the one that was asked for first goes first.
const mostKept = 16

// Shelf holds the pictures that were asked for, as many as are kept. The zero value is empty.
// It is used from one goroutine.
type Shelf struct {
	kept  []*kept
	count int
	gone  []int
}

type kept struct {
	id state.FileID
	// number tells one asking for a file from another, version one state of it from another.
	number, version int
	// reading, or else why it cannot be shown, or else the picture and how large it was.
	reading bool
	why     string
	picture Picture
}

func (s *Shelf) find(id state.FileID) *kept {
	i := slices.IndexFunc(s.kept, func(k *kept) bool { return k.id == id })
	if i < 0 {
		return nil
	}
	return s.kept[i]
}

// Has reports whether a file was asked for and is still kept.
func (s *Shelf) Has(id state.FileID) bool { return s.find(id) != nil }

// Reading is how many files are being read.
func (s *Shelf) Reading() (n int) {
	for _, k := range s.kept {
		if k.reading {
			n++
		}
	}
	return n
}

// Version changes with what is shown of a file; 0 is for nothing.
func (s *Shelf) Version(id state.FileID) int {
	if k := s.find(id); k != nil {
		return k.version
	}
	return 0
}

// Ask notes that a file is being read, and returns the number that its answer has to have.
func (s *Shelf) Ask(id state.FileID) (number int) {
	s.Drop(id)
	s.count++
	s.kept = append(s.kept, &kept{id: id, number: s.count, version: s.count, reading: true})
	if len(s.kept) > mostKept {
		s.Drop(s.kept[0].id)
	}
	return s.count
}

// Drop forgets a file.
func (s *Shelf) Drop(id state.FileID) {
	s.kept = slices.DeleteFunc(s.kept, func(k *kept) bool {
		if k.id == id && k.picture.ID != 0 {
			s.gone = append(s.gone, k.picture.ID)
		}
		return k.id == id
	})
}

// Gone are the pictures that the terminal has and needs no more, since it was asked last.
func (s *Shelf) Gone() []int {
	gone := s.gone
	s.gone = nil
	return gone
}

// Waits reports whether an answer is still waited for.
func (s *Shelf) Waits(id state.FileID, number int) bool {
	k := s.find(id)
	return k != nil && k.number == number
}

// Answer takes what was read; false where nobody waits for it any more. why is why there is no
// picture, "" where there is one.
func (s *Shelf) Answer(id state.FileID, number int, p Picture, why string) bool {
	if !s.Waits(id, number) {
		return false
	}
	k := s.find(id)
	s.count++
	k.version, k.reading, k.picture, k.why = s.count, false, p, why
	return true
}

// Show is what is shown of a file that was asked for: the picture, or else words, which are
// those of an error where it failed.
func (s *Shelf) Show(id state.FileID) (p Picture, words string, failed bool) {
	k := s.find(id)
	switch {
	case k == nil:
		return Picture{}, "", false
	case k.reading:
		return Picture{}, "reading the picture…", false
	case k.why != "":
		return Picture{}, "it cannot be shown: " + k.why, true
	}
	return k.picture, "", false
}
