"""Mail to the staff about texts: the wishes of each user, and the mails."""
