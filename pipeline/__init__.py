"""From sources to served scores: settings, contracts, quarantine and the named steps."""
