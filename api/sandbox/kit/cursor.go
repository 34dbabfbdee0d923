package kit

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
)

// Cursors makes and reads the page tokens of one list. A token holds the key of an
// element. A token that was made up, or belongs to another list or another seed,
// is recognised.
type Cursors struct {
	Seed uint64
	List string
}

// Token returns the token of a key. Nobody can read the key from it.
func (c Cursors) Token(key int64) string {
	check := c.check(key)
	raw := binary.BigEndian.AppendUint64(nil, check)
	raw = binary.BigEndian.AppendUint64(raw, uint64(key)^Roll(check).Next())
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Key returns the key of a token, and whether it is a token of this list.
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
