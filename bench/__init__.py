"""What ``make bench`` runs: each figure beside the raw limit measured in the same run."""
