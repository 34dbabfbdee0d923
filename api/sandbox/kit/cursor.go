package kit

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
)

// Cursors writes and reads the page cursors of one list. A cursor holds a key
// of the list; one that was made up, or that belongs to another list or another
// seed, is not read.
type Cursors struct {
	Seed uint64
	List string
}

// Token hides a key from those who would read more into it than a place.
func (c Cursors) Token(key int64) string {
	check := c.check(key)
	raw := binary.BigEndian.AppendUint64(nil, check)
	raw = binary.BigEndian.AppendUint64(raw, uint64(key)^Roll(check).Next())
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Key reads a token of this list.
func (c Cursors) Key(token string) (key int64, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 16 {
		return 0, false
	}
	check := binary.BigEndian.Uint64(raw)
	key = int64(binary.BigEndian.Uint64(raw[8:]) ^ Roll(check).Next())
	return key, c.check(key) == check
}

func (c Cursors) check(key int64) uint64 {
	h := fnv.New64a()
	// A hash does not fail.
	_, _ = h.Write([]byte(c.List))
	return Roll(c.Seed, int64(h.Sum64()), key).Next()
}
