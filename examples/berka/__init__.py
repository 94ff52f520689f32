"""The real Czech bank of the PKDD'99 challenge ("Berka"), loaded and scored as a bank of the product."""
