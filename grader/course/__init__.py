"""Several assignments of one course: standings and admission."""
