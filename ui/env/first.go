package env

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"unibox/api"
	"unibox/state"
	"unibox/ui/catalog"
)

// fewestDigits and mostDigits bound a phone number with its country code
// (E.164).
const fewestDigits, mostDigits = 8, 15

// Digits returns a handle's digits, "" if it is not written as a phone number.
func Digits(handle string) string {
	digits, err := PhoneDigits(nil, handle)
	if err != nil {
		return ""
	}
	return digits
}

// PhoneDigits returns a number's digits, or one sentence about what is wrong.
func PhoneDigits(say *catalog.Language, line string) (string, error) {
	var digits strings.Builder
	for _, r := range strings.TrimSpace(line) {
		switch {
		case '0' <= r && r <= '9':
			digits.WriteRune(r)
		case strings.ContainsRune("+-(). \u00a0", r):
		default:
			return "", errors.New(say.T("%q is not part of a phone number: digits only, country code first", r))
		}
	}
	switch n := digits.Len(); {
	case n < fewestDigits:
		return "", errors.New(say.T("%d digits are too few for a number with its country code", n))
	case n > mostDigits:
		return "", errors.New(say.T("%d digits are too many: a number has at most %d", n, mostDigits))
	}
	return digits.String(), nil
}

// mostHandle bounds the name of an account on a channel, in characters.
const mostHandle = 64

// AccountName returns what a person wrote as the address of somebody who may be named by a
// number or by an account: its digits, or the account's name without the @; or one
// sentence about what is wrong.
func AccountName(say *catalog.Language, line string) (string, error) {
	if digits, err := PhoneDigits(say, line); err == nil {
		return digits, nil
	}
	name := strings.TrimPrefix(strings.TrimSpace(line), "@")
	for _, r := range name {
		if r != '_' && r != '.' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return "", errors.New(say.T("%q is not part of an account's name: letters, digits, dots, dashes and low lines", r))
		}
	}
	if n := utf8.RuneCountInString(name); n == 0 || n > mostHandle {
		return "", errors.New(say.T("write a phone number, or a name as in @maria"))
	}
	return name, nil
}

// FirstID names the conversation of a first message until the platform has
// made one. It says to whom, so that a draft is found again.
func FirstID(first state.First) api.ConversationID {
	return state.ProvisionalID(first.Channel.Account, strings.Join([]string{string(first.Kind), first.Channel.Remote, first.To, first.Name}, "|"))
}

// ParseFirst is the reverse of FirstID.
func ParseFirst(id api.ConversationID) (state.First, bool) {
	_, key, _ := strings.Cut(id.Remote, ":")
	parts := strings.SplitN(key, "|", 4)
	if !state.Provisional(id) || len(parts) < 4 {
		return state.First{}, false
	}
	return state.First{Kind: api.ChannelKind(parts[0]), Channel: api.ChannelID{Account: id.Account, Remote: parts[1]}, To: parts[2], Name: parts[3]}, true
}

// Existing looks for a conversation with whom a first message goes to.
func (e *Env) Existing(ctx context.Context, first state.First) (state.Row, bool, error) {
	list, err := e.Store.List(ctx, state.ListQuery{View: state.ViewAll, Account: first.Channel.Account, Text: nameOrAddress(first), Limit: 50})
	for _, row := range list.Rows {
		if addressed(row.Conversation, first) {
			return row, true, err
		}
	}
	return state.Row{}, false, err
}

// addressed reports whether a conversation is with whom a first message goes to.
func addressed(c api.Conversation, first state.First) bool {
	return c.Kind == first.Kind && !state.Provisional(c.ID) &&
		(c.Contact.Handle == first.To || c.Contact.Remote == first.To || Digits(first.To) != "" && Digits(c.Contact.Handle) == first.To)
}

// FirstRow is the row of a conversation that is not made yet.
func FirstRow(first state.First) state.Row {
	return state.Row{Provisional: true, Conversation: api.Conversation{ID: FirstID(first), Kind: first.Kind,
		Contact: api.Contact{Name: first.Name, Handle: first.To}}}
}

func nameOrAddress(first state.First) string {
	if strings.TrimSpace(first.Name) != "" {
		return first.Name
	}
	return first.To
}
