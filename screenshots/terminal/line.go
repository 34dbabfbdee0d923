//go:build unix

package terminal

import (
	"bytes"
	"io"
	"time"
)

// Line is a line of a certain quality. The zero value takes no time.
type Line struct {
	// Delay is how long each byte is under way, in either direction.
	Delay time.Duration
	// Rate is how many bytes go through in a second, 0 for any number.
	Rate int
}

// pieceSize is how much goes through a line at once.
const pieceSize = 64

// ends returns what a person at the far end of the line writes to and reads from.
func (l Line) ends(pty io.ReadWriter) (io.Writer, io.Reader) {
	if l == (Line{}) {
		return pty, pty
	}
	typed, in := io.Pipe()
	out, shown := io.Pipe()
	go l.carry(pty, typed, func(error) {})
	go l.carry(shown, pty, func(err error) { shown.CloseWithError(err) })
	return in, out
}

// carry passes on what it reads as the line does it, and calls end with why there is
// no more once all has arrived. The program waits while the line is busy.
func (l Line) carry(to io.Writer, from io.Reader, end func(error)) {
	type piece struct {
		text []byte
		due  time.Time
		err  error
	}
	under := make(chan piece, 1<<16)
	go func() {
		for p := range under {
			time.Sleep(time.Until(p.due))
			if _, err := to.Write(p.text); p.err == nil {
				p.err = err
			}
			if p.err != nil {
				end(p.err)
				return
			}
		}
	}()
	buf := make([]byte, pieceSize)
	var free time.Time // when the line has taken all so far
	for {
		n, err := from.Read(buf)
		if now := time.Now(); free.Before(now) {
			free = now
		}
		if l.Rate > 0 {
			free = free.Add(time.Duration(n) * time.Second / time.Duration(l.Rate))
			time.Sleep(time.Until(free))
		}
		under <- piece{bytes.Clone(buf[:n]), free.Add(l.Delay), err}
		if err != nil {
			return
		}
	}
}
