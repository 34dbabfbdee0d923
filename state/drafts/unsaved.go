package drafts

import "unibox/state"

// Unsaved lists the texts that are not on disk.
func (d *Drafts) Unsaved() (all []state.Draft) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, u := range d.unsaved {
		if !u.draft.Empty() {
			all = append(all, u.draft)
		}
	}
	return all
}

// Abandon forgets every text that is not on disk: it is kept elsewhere, or is not
// wanted.
func (d *Drafts) Abandon() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.unsaved)
}
