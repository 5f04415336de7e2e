"""The best model of persons that we could build in Splink 5 (DuckDB), on our normalised columns."""

from __future__ import annotations

import logging
import warnings

import numpy as np
import polars as pl


def edges(table: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Train and predict: both ends and the probability of each pair above 0.0005."""
    import duckdb
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    rule = levels.CustomLevel

    def name(out: str, kanji: str, kana: str, key: str) -> object:
        """Joint levels of kanji and kana, rare values weighing more."""
        common = {"tf_adjustment_column": kanji}
        return comparisons.CustomComparison(output_column_name=out, comparison_levels=[
            rule(f"({kanji}_l is null or {kanji}_r is null) and ({kana}_l is null or {kana}_r is null)", "null").configure(is_null_level=True),
            rule(f"{kanji}_l={kanji}_r and coalesce({kana}_l={kana}_r,true)", "kanji equal, kana equal or absent").configure(**common),
            rule(f"{kanji}_l={kanji}_r and {key}_l={key}_r", "kanji equal, kana key equal").configure(**common),
            rule(f"{kanji}_l={kanji}_r", "kanji equal, kana differs").configure(**common),
            rule(f"{kana}_l={kana}_r", "kana equal").configure(tf_adjustment_column=kana),
            rule(f"{key}_l={key}_r", "kana key equal"),
            rule(f"damerau_levenshtein({kana}_l,{kana}_r)<=1 and length({kana}_l)>2", "kana one edit"),
            rule(f"jaro_winkler_similarity({kanji}_l,{kanji}_r)>=0.6", "kanji shares"),
            levels.ElseLevel(),
        ])  # fmt: skip

    born = comparisons.CustomComparison(output_column_name="dob", comparison_levels=[
        levels.NullLevel("dob"), levels.ExactMatchLevel("dob"),
        rule("substr(dob_l,1,4)=substr(dob_r,1,4) and substr(dob_l,6,2)=substr(dob_r,9,2) and substr(dob_l,9,2)=substr(dob_r,6,2)", "exchanged"),
        rule("substr(dob_l,6,5)=substr(dob_r,6,5) and abs(cast(substr(dob_l,1,4) as int)-cast(substr(dob_r,1,4) as int)) in (63,14,30,1,10)", "era"),
        levels.DamerauLevenshteinLevel("dob", 1), levels.DamerauLevenshteinLevel("dob", 2), levels.ElseLevel(),
    ])  # fmt: skip
    place = comparisons.CustomComparison(output_column_name="ad", comparison_levels=[
        levels.NullLevel("ad"), rule("ad_l=ad_r and room_l=room_r", "room"), levels.ExactMatchLevel("ad"), levels.ExactMatchLevel("town"), levels.ElseLevel(),
    ])  # fmt: skip
    apart = "l.single + r.single < 2"
    blocks = (
        ("kojin",), ("jumin",), ("dob", "gk2"), ("dob", "gkj"), ("dob", "fk2"), ("dob", "fkj"), ("fk1", "gk1", "substr(dob,1,4)"),
        ("fk1", "gk1", "substr(dob,6,5)"), ("fkj", "gkj", "substr(dob,1,4)"), ("fkj", "gkj", "substr(dob,6,5)"), ("ad", "gk1"),
        ("ad", "gkj"), ("dob", "ad"), ("fk1", "gk1", "town"),
    )  # fmt: skip

    def both(columns: tuple[str, ...]) -> str:
        sides = [(c.replace("dob", "l.dob"), c.replace("dob", "r.dob")) if "(" in c else (f"l.{c}", f"r.{c}") for c in columns]
        return " and ".join(f"{a} = {b}" for a, b in sides) + f" and {apart}"

    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="unique_id", retain_intermediate_calculation_columns=False, retain_matching_columns=False,
        comparisons=[
            name("family", "fkj", "fk1", "fk2"), name("given", "gkj", "gk1", "gk2"), born, comparisons.ExactMatch("sex"), place,
            comparisons.DamerauLevenshteinAtThresholds("kojin", [1]), comparisons.ExactMatch("jumin"), comparisons.ExactMatch("roman"),
        ],
        blocking_rules_to_generate_predictions=[both(b) for b in blocks],
    )  # fmt: skip
    connection = duckdb.connect()
    connection.execute("set threads=2")
    connection.execute("set memory_limit='9GB'")
    api = DuckDBAPI(connection=connection)
    linker = Linker(api.register(table.to_arrow(), dataset_display_name="d"), settings)
    train = linker.training
    train.estimate_probability_two_random_records_match([block_on("kojin"), block_on("fkj", "gkj", "dob")], recall=0.6)
    train.estimate_u_using_random_sampling(max_pairs=2e6 if table.height < 500_000 else 5e6)
    for columns in (("dob", "gk1"), ("fkj", "gkj", "fk1"), ("dob", "ad")):
        train.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    predicted = linker.inference.predict(threshold_match_probability=0.0005)
    out = predicted.as_duckdbpyrelation().project("unique_id_l,unique_id_r,match_probability").to_arrow_table()
    out = out.read_all() if hasattr(out, "read_all") else out
    left, right, p = (out[c].to_numpy() for c in ("unique_id_l", "unique_id_r", "match_probability"))
    return left.astype(np.int64), right.astype(np.int64), p
