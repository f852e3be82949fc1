"""What `banditore doctor` looks at, one file a place. It asks and reads; it mends nothing and posts nothing."""
