package config

import (
	"os"
	"time"
)

// Watched is a config that is read again once its file changed. One that cannot be read
// leaves what was read before. The zero value has read nothing; it is used by one at a time.
type Watched struct {
	config Config
	at     time.Time
	size   int64
	read   bool
}

// Load is the config as it is in the file now.
func (w *Watched) Load(path string, platforms []Platform) Config {
	info, err := os.Stat(path)
	if err != nil || w.read && info.ModTime().Equal(w.at) && info.Size() == w.size {
		return w.config
	}
	if c, _, err := Load(path, platforms); err == nil {
		w.config, w.at, w.size, w.read = c, info.ModTime(), info.Size(), true
	}
	return w.config
}
