package picture

import (
	"slices"

	"unibox/state"
	"unibox/ui/catalog"
)

// mostKept is how many pictures are kept; of those that are not on screen the one that was asked
// for first goes first.
const mostKept = 16

// Shelf holds the pictures that were asked for, as many as are kept, and which ones failed. The
// zero value is empty. It is used from one goroutine.
type Shelf struct {
	kept  []*kept
	count int
	gone  []int
	// seen are on screen, tried were asked for in this visit.
	seen  []state.FileID
	tried map[state.FileID]bool
	// place was given last; flying are those of answers that are still to come, by number.
	place  int
	flying map[int]int
}

type kept struct {
	id state.FileID
	// place is which of the terminal's ids it has.
	place int
	// fitting: it is being made for another size.
	fitting bool
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

// Visit begins another visit: what failed or was hidden in the last one may be asked for again.
func (s *Shelf) Visit() {
	s.seen, s.tried = nil, nil
	s.kept = slices.DeleteFunc(s.kept, func(k *kept) bool { return k.why != "" })
}

// See notes which files are on screen, and returns those that are to be asked for: as many as are
// kept, each once in a visit.
func (s *Shelf) See(ids []state.FileID) (wanted []state.FileID) {
	s.seen = ids[:min(len(ids), mostKept)]
	for _, id := range s.seen {
		if !s.tried[id] && !s.Has(id) {
			wanted = append(wanted, id)
		}
	}
	return wanted
}

// Ask notes that a file is being read, and returns the number that its answer has to have and its
// place among the pictures of the terminal, which no other has.
func (s *Shelf) Ask(id state.FileID) (number, place int) {
	s.Drop(id)
	s.count++
	s.place = s.free()
	s.kept = append(s.kept, &kept{id: id, place: s.place, number: s.count, version: s.count, reading: true})
	s.fly(s.count, s.place)
	if s.tried == nil {
		s.tried = map[state.FileID]bool{}
	}
	s.tried[id] = true
	s.evict()
	return s.count, s.place
}

func (s *Shelf) fly(number, place int) {
	if s.flying == nil {
		s.flying = map[int]int{}
	}
	s.flying[number] = place
}

// free is the next place that nothing has that is kept, on its way or not yet taken away.
func (s *Shelf) free() int {
	used := map[int]bool{}
	for _, k := range s.kept {
		used[k.place] = true
	}
	for _, place := range s.flying {
		used[place] = true
	}
	for _, id := range s.gone {
		used[placeOf(id)] = true
	}
	for i := range colours {
		if place := (s.place + 1 + i) % colours; !used[place] {
			return place
		}
	}
	return (s.place + 1) % colours
}

// evict drops a picture where there are too many: the oldest that is not on screen, and only where
// a key asked for more than that the oldest. Those that failed take no room.
func (s *Shelf) evict() {
	var room []state.FileID
	for _, k := range s.kept {
		if k.why == "" {
			room = append(room, k.id)
		}
	}
	if len(room) <= mostKept {
		return
	}
	i := slices.IndexFunc(room[:mostKept], func(id state.FileID) bool { return !slices.Contains(s.seen, id) })
	s.Drop(room[max(i, 0)])
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
	delete(s.flying, number)
	if !s.Waits(id, number) {
		return false
	}
	k := s.find(id)
	s.count++
	k.version, k.reading, k.fitting, k.picture, k.why = s.count, false, false, p, why
	return true
}

// Misfit is a picture that the terminal has in another size than there is room for now.
type Misfit struct {
	ID      state.FileID
	Number  int
	Picture Picture
}

// Misfits are those of some pictures that are to be made for another size, each of which is
// answered as one that was asked for.
func (s *Shelf) Misfits(ids []state.FileID, fits func(Picture) bool) (out []Misfit) {
	for _, k := range s.kept {
		if slices.Contains(ids, k.id) && !k.reading && k.why == "" && !k.fitting && !fits(k.picture) {
			k.fitting = true
			s.fly(k.number, k.place)
			out = append(out, Misfit{k.id, k.number, k.picture})
		}
	}
	return out
}

// Show is what is shown of a file that was asked for: the picture, or else words, which are
// those of an error where it failed.
func (s *Shelf) Show(say *catalog.Language, id state.FileID) (p Picture, words string, failed bool) {
	k := s.find(id)
	switch {
	case k == nil:
		return Picture{}, "", false
	case k.reading:
		return Picture{}, say.T("reading the picture…"), false
	case k.why != "":
		return Picture{}, say.T("it cannot be shown: %s", say.Sentence(k.why)), true
	}
	return k.picture, "", false
}
