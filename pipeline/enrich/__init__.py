"""Facts derived from records: skills in texts, occupations of postings, reposts and monthly demand."""
