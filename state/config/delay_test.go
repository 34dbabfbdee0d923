package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// C18: [delay] by account or kind of channel; a wrong line costs itself, with its number.
func TestDelays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte("[delay]\nwhatsapp = \"5s\"\n\"My shop\" = \"0s\"\nsms = \"5m\"\nchat = 300\nmail = 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, problems, err := Load(path, nil)
	if err != nil || len(c.Delays) != 5 || c.Delays["sms"] != time.Minute || c.Delays["chat"] != time.Minute || c.Delays["mail"] != 3*time.Second || c.Delays["whatsapp"] != 5*time.Second {
		t.Fatalf("%v, %v", c.Delays, err)
	}
	if d, there := c.Delays["My shop"]; !there || d != 0 {
		t.Error("no delay is a choice too")
	}
	if len(problems) != 2 || problems[0].Line != 4 || !strings.Contains(problems[0].Text, `sms must be a number of seconds from "0s" to "60s"`) || problems[0].Instead != `"60s" is used` {
		t.Errorf("%v", problems)
	}
}

// A delay that is too long, or not whole, is not none: the nearest is used, and said.
func TestADelayThatIsNoneOfThoseIsTheNearest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	for value, want := range map[string]time.Duration{`"2m"`: time.Minute, `"1h"`: time.Minute, `100`: time.Minute, `"1500ms"`: 2 * time.Second, `"-3s"`: 0, `"soon"`: 0} {
		if err := os.WriteFile(path, []byte("[ui]\ndelay = "+value+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c, problems, err := Load(path, nil)
		if err != nil || c.UI.Delay != want || len(problems) != 1 || problems[0].Instead != fmt.Sprintf("\"%ds\" is used", want/time.Second) {
			t.Errorf("%s: %v, %v, %v", value, c.UI.Delay, problems, err)
		}
	}
}
