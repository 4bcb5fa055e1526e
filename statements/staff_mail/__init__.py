"""Mail to the staff: who wishes to be told what, and what the mails say."""
