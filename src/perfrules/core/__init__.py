"""What everything else stands on: places, problems, money, the vocabulary and the facts."""
