package sqlite

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// index writes a message's words, in the transaction that writes the message.
func (s *pageWrite) index(ctx context.Context, l *dbfile.Conn, m pageMessage) error {
	if m.known {
		if _, err := l.Exec(ctx, "DELETE FROM fts WHERE rowid = ?", m.pos); err != nil {
			return err
		}
	}
	text := m.msg.Body
	for _, a := range m.msg.Attachments {
		text += "\n" + a.Name
	}
	if text = segment(text); text == "" {
		return nil
	}
	ctxt := fmt.Sprintf("c%d p%s", s.conv.id, hex.EncodeToString([]byte(s.id.Account)))
	_, err := l.Exec(ctx, "INSERT INTO fts (rowid, body, ctx) VALUES (?, ?, ?)", m.pos, text, ctxt)
	return err
}

// segment writes text the way the index can cut it: compatible forms made one,
// lower case, ё as е, joiners gone, and each Chinese, Japanese or Korean
// character and each symbol a separate word.
func segment(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/4)
	for _, r := range norm.NFKC.String(strings.ReplaceAll(text, "№", " ")) { // else №7 becomes no7
		switch r = unicode.ToLower(r); {
		case r == 'ё':
			b.WriteRune('е')
		case r == '\u200d' || unicode.Is(unicode.Variation_Selector, r):
		case alone(r):
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// alone reports whether a character is a word by itself.
func alone(r rune) bool {
	return r >= 0x2190 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.So) || 0x1f1e6 <= r && r <= 0x1faff)
}

// match turns what a person typed into a query: each word as a phrase of its
// segments, the last one open at its end from two letters on.
func match(query string) string {
	words := strings.Fields(query)
	var terms []string
	for i, word := range words {
		parts := strings.Fields(segment(word))
		if len(parts) == 0 {
			continue
		}
		term := `"` + strings.ReplaceAll(strings.Join(parts, " "), `"`, `""`) + `"`
		if last := parts[len(parts)-1]; i == len(words)-1 && len([]rune(last)) > 1 {
			term += "*"
		}
		terms = append(terms, term)
	}
	if len(terms) == 0 {
		return ""
	}
	return "body : (" + strings.Join(terms, " AND ") + ")"
}

// Search returns the newest messages that hold all words of the query, newest
// first. Letter case, accents and ё do not matter, and the last word may be
// the beginning of one.
func (db *DB) Search(ctx context.Context, query string, limit int) (found []state.Found, err error) {
	q := match(query)
	if q == "" {
		return nil, nil
	}
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var m stored
			var f state.Found
			var id api.ConversationID
			err := m.scan(rows, &id.Account, &id.Remote, &f.Kind, &f.Contact.Name, &f.Contact.Handle)
			f.Message, f.Pos = m.of(id).msg, m.pos
			found = append(found, f)
			return err
		}, `SELECT `+messageColumns+`, c.account, c.remote, c.kind, c.name, c.handle
			FROM fts JOIN message m ON m.id = fts.rowid JOIN conversation c ON c.id = m.conv
			WHERE fts MATCH ? ORDER BY fts.rowid DESC LIMIT ?`, q, limit)
	})
	return found, err
}
