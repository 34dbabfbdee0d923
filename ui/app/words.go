package app

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"unibox/ui/catalog"
	"unibox/ui/preflight"
)

// largestWords is how large a file of words may be, in bytes.
const largestWords = 64 << 10

// wordsFile is the user's own file of words that promise a file, beside the config.
const wordsFile = "forgotten.txt"

// fileWords reads the words that promise a file, and says in notices what is wrong with the
// user's own.
func (s *Session) fileWords() *preflight.Words {
	path, say := s.Config.Beside(wordsFile), s.language()
	if path == "" {
		return nil
	}
	text, err := readShort(path)
	if err != nil {
		s.notice(say.T("%s is not used: %s", path, say.Error(err)))
	}
	words, problems := preflight.ReadWords(say, text)
	for _, p := range problems {
		s.notice(path + ", " + p)
	}
	return words
}

// readShort reads a text file that may be missing.
func readShort(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", catalog.Errorf("it is no file") // a pipe would never be read to its end
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, largestWords+1))
	if len(b) > largestWords {
		return "", catalog.Errorf("it is larger than %d KB", largestWords>>10)
	}
	return string(b), err
}
