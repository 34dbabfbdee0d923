package protocol

import (
	"strings"

	"unibox/api/sandbox/kit"
)

// kindOfID is the type of what an id names. Nobody can read it from the id.
type kindOfID uint64

const (
	idContact kindOfID = iota + 1
	idGroup
	idConversation
	idMessage
	idSample // the file of a message that comes from the seed
	idUpload
)

// reference is what an id names: number first or, for messages and their files,
// number second in conversation first.
type reference struct {
	kind          kindOfID
	first, second int64
}

const (
	idDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	idBody   = 11 // digits that hold 64 bits
	idCheck  = 5
)

// id returns the id of a reference: 16 letters and digits, which depend on the seed.
// Nobody can read the reference from it.
func (p *Server) id(r reference) string {
	x := p.scramble(uint64(r.kind)<<61 | uint64(r.first)<<32 | uint64(r.second))
	return digits(x, idBody) + digits(kit.Roll(p.options.Seed, int64(x)).Next(), idCheck)
}

// ref returns the reference of an id, and whether it is an id of this server.
func (p *Server) ref(id string) (reference, bool) {
	if len(id) != idBody+idCheck {
		return reference{}, false
	}
	var x uint64
	for i := range idBody {
		x = x*62 + uint64(max(0, strings.IndexByte(idDigits, id[i])))
	}
	v := p.unscramble(x)
	r := reference{kindOfID(v >> 61), int64(v >> 32 & (1<<29 - 1)), int64(v & (1<<32 - 1))}
	return r, p.id(r) == id
}

func digits(x uint64, n int) string {
	out := make([]byte, n)
	for i := n - 1; i >= 0; i-- {
		out[i] = idDigits[x%62]
		x /= 62
	}
	return string(out)
}

// scramble is a Feistel network, which unscramble reverses.
func (p *Server) scramble(x uint64) uint64 {
	l, r := uint32(x>>32), uint32(x)
	for round := range int64(4) {
		l, r = r, l^p.half(round, r)
	}
	return uint64(l)<<32 | uint64(r)
}

func (p *Server) unscramble(x uint64) uint64 {
	l, r := uint32(x>>32), uint32(x)
	for round := int64(3); round >= 0; round-- {
		l, r = r^p.half(round, l), l
	}
	return uint64(l)<<32 | uint64(r)
}

func (p *Server) half(round int64, x uint32) uint32 {
	return uint32(kit.Roll(p.options.Seed, 62, round, int64(x)).Next())
}
