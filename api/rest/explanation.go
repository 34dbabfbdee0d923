package rest

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxSaid is the length of an explanation in characters.
const maxSaid = 300

// maxExplained is how many bytes of an answer are searched for an explanation.
const maxExplained = 64 << 10

func beginning(body []byte) []byte { return body[:min(len(body), maxExplained)] }

// said finds the explanation in the body of an error, in any of the forms that
// JSON APIs use: error, errors, message, detail, as text, list or object.
// It returns a short line, or nothing; a web page explains nothing.
func said(body []byte) string {
	var v any
	if Decode(body, &v) != nil {
		return plain(string(body))
	}
	return short(explanation(v, 0))
}

func plain(s string) string {
	if strings.Contains(s, "<") || strings.ContainsRune(s, 0) {
		return ""
	}
	return short(s)
}

// explains are the fields that may explain an error, the best one first.
var explains = []string{
	"hydra:description", "errors", "violations", "error", "message", "detail", "reason", "description", "hydra:title", "title",
}

// explanation finds the text in a value, at most four levels deep.
func explanation(v any, depth int) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var parts []string
		for _, item := range v {
			if s := explanation(item, depth+1); s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, "; ")
	case map[string]any:
		if depth > 3 {
			return ""
		}
		for _, key := range explains {
			if s := explanation(v[key], depth+1); s != "" {
				return s
			}
		}
		if depth > 0 {
			return perField(v, depth)
		}
	}
	return ""
}

// perField explains errors by field, as in {"phone": ["must be digits"]}.
func perField(fields map[string]any, depth int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if s := explanation(fields[name], depth+1); s != "" {
			parts = append(parts, name+": "+s)
		}
	}
	return strings.Join(parts, "; ")
}

func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > maxSaid {
		s = string(runes[:maxSaid-1]) + "…"
	}
	return s
}

var seconds = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b(\d{1,5}) ?s(ec(ond)?s?)?\b`) })

// secondsIn reads a wait from a sentence: "available in 17 seconds".
func secondsIn(s string) time.Duration {
	found := seconds().FindStringSubmatch(s)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}
