"""Work done in the background, where there are workers for it."""
