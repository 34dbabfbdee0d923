package serving

import (
	"io"
	"strings"
	"sync"

	"unibox/ui/catalog"
)

// keyboard is what a command reads of a terminal in raw mode: lines as they are typed, the end
// by ctrl+d. ctrl+c interrupts, also a command that does not read. It reads nothing of the
// terminal before it is started or read: a screen reads its terminal itself.
type keyboard struct {
	from      io.Reader
	interrupt func()
	begin     sync.Once

	mu sync.Mutex
	// changed wakes who waits for text, or for room.
	changed *sync.Cond
	typed   []byte
	// read says that a command reads, and will take what is typed.
	read bool
	// end is what comes after what is typed, nil while more may come.
	end error
}

const (
	ctrlC, ctrlD = 3, 4
	// mostTyped is how much is kept of what nobody has read yet, in bytes.
	mostTyped = 512 << 10
)

// errTyped: more was typed than is kept for a command that does not read.
var errTyped = catalog.Errorf("more was typed than is kept before it is read: nothing of it was taken")

func newKeyboard(from io.Reader, interrupt func()) *keyboard {
	k := &keyboard{from: from, interrupt: interrupt}
	k.changed = sync.NewCond(&k.mu)
	return k
}

// Read implements io.Reader.
func (k *keyboard) Read(p []byte) (int, error) {
	k.start()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.read = true
	k.changed.Broadcast()
	for len(k.typed) == 0 && k.end == nil {
		k.changed.Wait()
	}
	if len(k.typed) == 0 {
		return 0, k.end
	}
	n := copy(p, k.typed)
	k.typed = k.typed[n:]
	k.changed.Broadcast()
	return n, nil
}

// start begins to take what is typed.
func (k *keyboard) start() { k.begin.Do(func() { go k.listen() }) }

// close ends it for whoever reads or waits.
func (k *keyboard) close() { k.finish(io.ErrClosedPipe) }

// finish lets nothing more come after what is typed.
func (k *keyboard) finish(end error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.end == nil {
		k.end = end
	}
	k.changed.Broadcast()
}

// listen takes what is typed until the terminal is gone, also what nobody reads: a ctrl+c may
// come after it.
func (k *keyboard) listen() {
	for buf := make([]byte, 1024); ; {
		n, err := k.from.Read(buf)
		typed := strings.ReplaceAll(string(buf[:n]), "\r", "\n")
		if strings.IndexByte(typed, ctrlC) >= 0 {
			k.interrupt()
			k.close()
		}
		text, _, ended := strings.Cut(typed, string(rune(ctrlD)))
		k.take(text)
		switch {
		case err != nil:
			k.finish(err)
			return
		case ended:
			k.finish(io.EOF)
		}
	}
}

// take keeps a text for who reads. It waits for room only where somebody does read.
func (k *keyboard) take(text string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for k.read && k.end == nil && len(k.typed) >= mostTyped {
		k.changed.Wait()
	}
	switch {
	case k.end != nil:
	case len(k.typed) >= mostTyped:
		k.end = errTyped
		k.changed.Broadcast()
	default:
		k.typed = append(k.typed, text...)
		k.changed.Broadcast()
	}
}
