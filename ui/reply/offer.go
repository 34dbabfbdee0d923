package reply

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/state/canned"
	"unibox/ui/dialog"
	"unibox/ui/suggest"
)

const (
	// mostOffers is how many meanings of a name are offered.
	mostOffers = 4
	// offersFresh is how long the saved replies that were read are good.
	offersFresh = time.Minute
)

// offers are what the name before the cursor may mean. The zero value offers nothing.
type offers struct {
	trigger suggest.Trigger
	list    []offer
	at      int
	// dismissed is the name for which nothing more is offered.
	dismissed string
	// saved are the replies that were read, at a time; asking: they are being read.
	saved  []canned.Reply
	read   time.Time
	asking bool
	emojis bool
	// answered are the answers of saved replies that are not inserted yet.
	answered map[question]string
}

// question is what a saved reply asks for.
type question struct{ title, name string }

// remember keeps an answer until its reply is inserted.
func (o *offers) remember(q question, answer string) {
	if o.answered == nil {
		o.answered = map[question]string{}
	}
	o.answered[q] = answer
}

// offer is one meaning: a saved reply or a picture.
type offer struct {
	reply   canned.Reply
	picture string
	// label and detail are shown: not cleaned yet.
	label, detail string
}

// offersMsg brings what names may mean.
type offersMsg struct {
	visit int
	saved []canned.Reply
	at    time.Time
	sign  byte
}

// find looks for meanings, language being that of the customer.
func (o *offers) find(before string, language func() string) {
	o.trigger, o.list, o.at = suggest.At(before), nil, 0
	switch word := o.trigger.Word; {
	case o.trigger.Sign == 0:
		o.dismissed = ""
	case word == o.dismissed:
	case o.trigger.Sign == ':' && o.emojis:
		for _, e := range suggest.Emojis(word, mostOffers) {
			o.list = append(o.list, offer{picture: e.Picture, label: e.Picture, detail: ":" + e.Name})
		}
	case o.trigger.Sign == ';' && !o.read.IsZero():
		found := suggest.Replies(o.saved, word, language())
		for _, r := range found[:min(mostOffers, len(found))] {
			o.list = append(o.list, offer{reply: r, label: r.Title, detail: r.Body})
		}
	}
}

// lacks reports whether what the name may mean has to be read first.
func (o *offers) lacks(now time.Time) bool {
	switch o.trigger.Sign {
	case ';':
		return !o.asking && now.Sub(o.read) >= offersFresh
	case ':':
		return !o.asking && !o.emojis
	}
	return false
}

// dismiss takes away what is offered, and reports whether anything was.
func (o *offers) dismiss() bool {
	if len(o.list) == 0 {
		return false
	}
	o.dismissed, o.list = o.trigger.Word, nil
	return true
}

// offerNames follows an edit: it offers what the name before the cursor may mean.
func (b *Box) offerNames() tea.Cmd {
	if !b.composing {
		b.offers.list = nil
		return nil
	}
	b.offers.find(b.text.Before(), b.language)
	if !b.offers.lacks(b.env.Now()) {
		return nil
	}
	b.offers.asking = true
	row, _ := b.thread.Row()
	visit, sign, e, kind, account := b.visit, b.offers.trigger.Sign, b.env, row.Conversation.Kind, b.id.Account
	if f := b.first; f != nil {
		kind, account = f.Kind, f.Channel.Account
	}
	return b.env.Read(func(ctx context.Context) tea.Msg {
		msg := offersMsg{visit: visit, sign: sign, at: e.Now()}
		if sign == ':' {
			suggest.Emojis("", 0) // makes the list, once
			return msg
		}
		saved, _ := dialog.SavedReplies(ctx, e, kind, account) // what is wrong with them the dialog says
		for _, s := range saved {
			msg.saved = append(msg.saved, s.Reply)
		}
		return msg
	})
}

func (b *Box) gotOffers(msg offersMsg) tea.Cmd {
	if msg.visit != b.visit {
		return nil
	}
	b.offers.asking = false
	if msg.sign == ':' {
		b.offers.emojis = true
	} else {
		b.offers.saved, b.offers.read = msg.saved, msg.at
	}
	follow := b.offerNames()
	b.screen.Resized()
	return follow
}

func (b *Box) whyNoOffer() string {
	if len(b.offers.list) == 0 && b.beside.text == "" {
		return b.env.T("type ;name for a saved reply or :name for an emoji first")
	}
	return ""
}

func (b *Box) nextOffer(n int) tea.Cmd {
	o := &b.offers
	if len(o.list) == 0 {
		return nil
	}
	o.at = (o.at + n + len(o.list)) % len(o.list)
	return nil
}

// takeOffer puts what is selected where its name stands, or the answer of a command at the
// cursor.
func (b *Box) takeOffer() tea.Cmd {
	if len(b.offers.list) == 0 {
		return b.takeAnswer()
	}
	chosen, trigger := b.offers.list[b.offers.at], b.offers.trigger
	if chosen.picture != "" {
		b.offers.list = nil
		b.text.Complete(trigger.Len(), chosen.picture)
		return b.edited()
	}
	return b.fillIn(chosen.reply, b.known(), filling{instead: string(trigger.Sign) + trigger.Word})
}

// offerRows are the rows of what is offered, the selected one marked.
func (b *Box) offerRows() []string {
	th, mode := b.env.Look.Theme, b.env.Look.Mode
	var rows []string
	for i, o := range b.offers.list {
		label := b.env.Line(o.label)
		for _, tag := range o.reply.Tags {
			label += " #" + b.env.Line(tag)
		}
		lead, style := "  ", th.Muted
		if i == b.offers.at {
			lead, style = b.env.Look.Marks.Arrow+" ", th.Accent
			label += " " + b.env.Look.Marks.Dot + " " + keymap.KeyName(b.env.Keys.Key(keymap.Complete, keymap.Composer))
		}
		detail := b.env.Line(strings.TrimSpace(o.detail))
		if i != b.offers.at || o.picture != "" {
			rows = append(rows, style.Render(mode.Cut(lead+label+"  "+detail, b.w-4)))
			continue
		}
		rows = append(rows, style.Render(mode.Cut(lead+label, b.w-4)), th.Muted.Render(mode.Cut("    "+detail, b.w-4)))
	}
	return rows
}
