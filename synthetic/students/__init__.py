"""The synthetic students: cohorts, enrolments, training events, projects and placements."""
