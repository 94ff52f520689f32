"""Real complaints about one large US bank (federal consumer data), loaded and scored with states as managers."""
