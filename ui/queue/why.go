package queue

import (
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// whyRows is why an entry waits: one row, or for the selected one as many as
// it takes to read it; none where the entry above says the same.
func (p *Pane) whyRows(e entry, selected bool) []string {
	w := max(1, p.w-6)
	why := p.whyAll(e)
	switch {
	case e.again && !selected:
		return nil
	case !selected:
		return []string{p.look.Mode.Cut(why, w)}
	}
	rows := p.look.Mode.Wrap(why, w)
	return rows[:min(len(rows), mostWhy)]
}

func (p *Pane) whyStyle(e entry) theme.Style {
	th := p.look.Theme
	switch {
	case e.gone:
		return th.Muted
	case e.Message != nil && e.Message.Status == state.Failed, e.Change != nil && e.Change.Refused:
		return th.Failed
	case e.Decides():
		return th.Warn
	}
	return th.Muted
}

// whyAll is why, with what happens to the conversation once the message is sent, as a line. A
// platform may name the customer in it.
func (p *Pane) whyAll(e entry) string {
	why := p.env.Unnamed(e.Conversation, p.look.Mode.Line(p.why(e)))
	if e.Message == nil || e.gone {
		return why
	}
	if then := env.WhenSent(p.env.Look.Language, e.Message.WhenSent); then != "" {
		return then + "; " + why
	}
	return why
}

// why says in a sentence why something is not out.
func (p *Pane) why(e entry) string {
	switch {
	case e.gone:
		return p.env.T("no longer in the outbox")
	case e.Change != nil && e.Change.Refused:
		return p.env.T("refused: %s", p.env.Sentence(e.Change.Reason))
	case e.Change != nil:
		return p.waiting(e, p.env.Sentence(e.Change.Reason), e.Change.Attempts)
	}
	o := e.Message
	switch o.Status {
	case state.Held:
		return p.env.T("not sent: %s", p.env.Sentence(o.Reason))
	case state.Failed:
		return p.env.T("failed: %s", p.env.Sentence(o.Reason))
	case state.Uncertain:
		if o.Left {
			return p.env.T("left as it is: nobody knows whether it arrived")
		}
		return p.env.Sentence(o.Reason)
	case state.Accepted:
		return orText(p.env.Sentence(o.Reason), p.env.T("the platform has it and delivers it"))
	case state.Uploading:
		return p.env.T("its files are being uploaded")
	case state.InFlight:
		return p.env.T("it is being sent")
	}
	return p.waiting(e, p.env.Sentence(o.Reason), o.Attempts+o.Checks)
}

// waiting says why something that moves by itself has not moved yet.
func (p *Pane) waiting(e entry, reason string, tries int) string {
	h := p.health[e.Conversation.ID.Account]
	switch {
	case e.Message != nil && e.Message.Timed():
		return p.env.T("goes out %s if unibox runs then, here or in another session", text.Full(p.env.Look.Language, p.env.Planning(), e.Message.At.In(p.now().Location())))
	case e.behind != "":
		return e.behind
	case reason != "" && tries > 1:
		return p.env.T("%s; tried %d times", reason, tries)
	case reason != "":
		return reason
	case h.State == state.HealthStopped:
		return p.env.T("%s is stopped: %s", h.Label, h.Reason)
	case h.State == state.HealthRetrying:
		return p.env.T("%s does not answer: %s", h.Label, h.Reason)
	}
	return p.env.T("it is sent in its turn")
}

func orText(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}
