"""What `banditore new` is made of: the item that was asked for, how it is tried, and how its file is saved."""
