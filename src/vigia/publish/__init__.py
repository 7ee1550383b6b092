"""From a release folder to operation: `gate`, immutable copy, registry, atomic flip (`publish`), and the way back.

var/<fleet>/releases/<digest>/                 the release, never changed
var/<fleet>/releases/<digest>.registry.json    its versions in MLflow (`registry`) and ids of known events (`kept_ids`)
var/<fleet>/releases/current                   symbolic link, replaced in one step (`operation`)
var/<fleet>/decisions.jsonl                    every decision and rollback, with its reason (`decisions`)
"""
