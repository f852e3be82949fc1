"""How long a text is where it will be read: one file a platform, each counting as its platform counts."""
