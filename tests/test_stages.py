"""A stage depends on the code that it imports and on nothing else, and sees the parameters that it declares."""

import ast
import pickle
import re
from pathlib import Path

import pytest

from tests.support.stages import ROOT, SECTIONS, Stage, read_stages
from vigia.config import Params, stage_params
from vigia.errors import ConfigError

STAGES = read_stages()
SECTION_IMPORT = re.compile(r"vigia\.config\.sections\.(\w+)")
SECTION_READ = re.compile(r"\bparams\.(\w+)")


def each_stage(stages: list[Stage] = STAGES) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("stage", stages, ids=lambda stage: stage.name)


def inside(file: str, dep: str) -> bool:
    return file == dep or file.startswith(f"{dep}/")


@each_stage()
def test_a_stage_depends_on_all_code_that_its_script_imports(stage: Stage) -> None:
    needed = set(stage.imports().values()) | {f"{SECTIONS}/{section}.py" for section in stage.sections}
    missing = sorted(file for file in needed if not any(inside(file, dep) for dep in stage.code))
    assert not missing, f"{stage.name}: add to its deps in dvc.yaml {missing}"


@each_stage()
def test_a_stage_depends_on_no_code_that_its_script_does_not_import(stage: Stage) -> None:
    needed = set(stage.imports().values()) | {f"{SECTIONS}/{section}.py" for section in stage.sections}
    idle = []
    for dep in stage.code:
        there = {str(path.relative_to(ROOT)) for path in (ROOT / dep).rglob("*.py")} or {dep}
        if not (ROOT / dep).exists() or 2 * len(there & needed) <= len(there):
            idle.append(dep)
    assert not idle, f"{stage.name}: not there, or little or nothing of it is imported: {idle}"


@each_stage([stage for stage in STAGES if "params.yaml" not in stage.deps])
def test_a_stage_declares_no_section_that_nothing_of_its_code_reads(stage: Stage) -> None:
    texts = [(ROOT / file).read_text(encoding="utf-8") for file in stage.imports().values()]
    read = {section for text in texts for section in SECTION_READ.findall(text)}
    assert set(stage.sections) <= read


@each_stage()
def test_a_module_that_names_a_section_is_only_in_stages_that_declare_it(stage: Stage) -> None:
    for module, file in stage.imports().items():
        if not module.startswith("vigia.config"):
            named = set(SECTION_IMPORT.findall((ROOT / file).read_text(encoding="utf-8")))
            assert named <= set(stage.sections), f"{stage.name} imports {module}, which names {named}"


@each_stage()
def test_a_script_asks_for_the_parameters_of_its_own_stage(stage: Stage) -> None:
    tree = ast.parse((ROOT / "pipelines" / f"{stage.name}.py").read_text(encoding="utf-8"))
    asked = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and "params" in ast.unparse(node.func)
    ]
    assert asked == [f"common.params('{stage.name}')"]


def test_every_section_has_a_file_of_its_name() -> None:
    files = {path.stem for path in (ROOT / SECTIONS).glob("*.py")} - {"__init__"}
    assert files == set(Params.model_fields)


@each_stage()
def test_a_stage_sees_the_sections_that_it_declares_and_no_others(stage: Stage) -> None:
    params = stage_params(stage.name, ROOT / "dvc.yaml", ROOT / "params.yaml")
    for seen in (params, pickle.loads(pickle.dumps(params))):
        for section in stage.sections:
            assert getattr(seen, section) is not None
        for section in set(Params.model_fields) - set(stage.sections):
            with pytest.raises(ConfigError, match=f"the stage `{stage.name}` reads `{section}` and does not declare"):
                getattr(seen, section)


@pytest.mark.parametrize(
    ("stage", "message"),
    [("paint", "no stage 'paint'; there are screen"), ("screen", r"declares \['screeen'\]; there are \['fleet', ")],
    ids=["no such stage", "no such section"],
)
def test_a_wrong_declaration_is_named(tmp_path: Path, stage: str, message: str) -> None:
    pipeline, params = tmp_path / "dvc.yaml", tmp_path / "params.yaml"
    pipeline.write_text("stages: {screen: {params: [fleet, screeen]}}\n", encoding="utf-8")
    params.write_text("fleet: {name: test}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        stage_params(stage, pipeline, params)
