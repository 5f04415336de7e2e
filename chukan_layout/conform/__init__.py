"""適合の証拠 (conformance evidence): made by who exports, checked by who does not have to trust him (VAL-04, SEC-04)."""
