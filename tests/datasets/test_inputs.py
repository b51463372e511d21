"""Which files are meant, and what recipes say."""

import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import spectro
from spectro._datasets.inputs import Input, gathered
from spectro._datasets.recipe import Recipe, recipe_of


@pytest.fixture
def here(tmp_path, monkeypatch):
    for name in ("a/1.wav", "a/2.FLAC", "a/b/3.ogg", "a/.hidden.wav", "a/cover.jpg", "a/.git/4.wav"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "a" / "b" / "round").symlink_to(tmp_path / "a")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def paths(inputs):
    return [item.path for item in gathered("extract", inputs)]


ALL = ["a/1.wav", "a/2.FLAC", "a/b/3.ogg"]


def test_folders_globs_and_lists(here):
    assert paths("a") == paths("./a/") == paths(["a", "a/1.wav", here / "a"]) == ALL
    assert paths("a/*.wav") == ["a/1.wav"]
    assert paths("a/**/*.ogg") == ["a/b/3.ogg"]
    assert paths(["a/b/3.ogg", "a/1.wav"]) == ["a/b/3.ogg", "a/1.wav"]
    assert paths("no.wav") == ["no.wav"], "which fails when it is read"
    assert paths("a/cover.jpg") == ["a/cover.jpg"], "as it was asked for by name"


def test_tables_and_lines(here):
    (here / "a" / "list.csv").write_text("id,path\n7,1.wav\n8,a/2.FLAC\n")
    assert gathered("extract", "a/list.csv") == [Input("1.wav", "a/1.wav"), Input("a/2.FLAC", "a/2.FLAC")]
    pq.write_table(pa.table({"path": ["a/1.wav", None, "a/b/3.ogg"]}), here / "list.parquet")
    assert paths("list.parquet") == ["a/1.wav", "a/b/3.ogg"]
    (here / "list.txt").write_text("a/1.wav\n\na/2.FLAC\n")
    assert paths("list.txt") == ["a/1.wav", "a/2.FLAC"]


def test_tables_may_begin_with_a_mark_and_hold_any_bytes(here):
    mark = b"\xef\xbb\xbf"
    (here / "list.txt").write_bytes(mark + b"a/1.wav\r\n\xff.wav\r\n")
    (here / "list.csv").write_bytes(mark + b"path\r\na/1.wav\r\n\xff.wav\r\n")
    assert paths("list.txt") == paths("list.csv") == ["a/1.wav", "\\udcff.wav"]


def test_a_table_whose_paths_are_no_text_is_refused(here):
    pq.write_table(pa.table({"path": pa.array([b"a/1.wav"])}), here / "bytes.parquet")
    assert paths("bytes.parquet") == ["a/1.wav"]
    pq.write_table(pa.table({"path": [0, 1]}), here / "numbers.parquet")
    with pytest.raises(spectro.ParameterError, match=r"numbers\.parquet must hold text in its column 'path'"):
        paths("numbers.parquet")


def test_a_csv_that_is_none_is_one_sentence(here):
    (here / "long.csv").write_text("path\n" + "x" * 200_000)
    with pytest.raises(spectro.ParameterError, match=r"long\.csv could not be read as CSV: field larger"):
        paths("long.csv")


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ([], "must name at least one file"),
        ("empty", "empty holds no audio files"),
        ("b/*.wav", r"b/\*.wav matches no files"),
        (3, "inputs must be paths, got 3"),
        ([None], "inputs must be paths, got None"),
        ("", "inputs must be paths, got ''"),
        ("a\0.wav", "inputs must be paths, got 'a"),
        ("bad.csv", "bad.csv must have a column 'path'"),
        ("bad.parquet", "bad.parquet could not be read as Parquet"),
    ],
)
def test_inputs_that_mean_nothing_are_refused(here, inputs, said):
    (here / "bad.csv").write_text("file\nx\n")
    (here / "bad.parquet").write_text("words")
    with pytest.raises(spectro.ParameterError, match=said):
        paths(inputs)


def test_a_missing_table_is_a_missing_file(here):
    with pytest.raises(FileNotFoundError, match=r"there is no file no\.csv"):
        paths("no.csv")


def test_file_names_of_any_bytes_become_text(here):
    try:
        open(os.fsencode(here) + b"/empty/\xff.wav", "wb").close()
    except OSError:
        pytest.skip("names are text in this file system")
    assert paths("empty") == ["empty/\\udcff.wav"]


def test_recipes_are_equal_however_they_are_written(tmp_path):
    wanted = Recipe(16000, {"mfcc": {"function": "mfcc", "n_mfcc": 13}, "flux": {"function": "onset_strength"}})
    (tmp_path / "r.toml").write_text(
        'sr = 16000\n[features.mfcc]\nn_mfcc = 13\n[features.flux]\nfunction = "onset_strength"\n'
    )
    (tmp_path / "r.json").write_text(wanted.text)
    from_toml = recipe_of(None, "auto", None, tmp_path / "r.toml")
    called = recipe_of({"flux": spectro.onset_strength, "mfcc": {"n_mfcc": 13}}, 16000.0, None, None)
    assert from_toml == recipe_of(None, "auto", None, tmp_path / "r.json") == wanted
    assert from_toml.hash == wanted.hash != recipe_of(None, 8000, None, wanted._asdict()).hash
    assert called.features["flux"] == {"function": f"{spectro.onset_strength.__module__}:onset_strength"}
    assert recipe_of(None, "auto", None, None).sr == 22050
    assert list(recipe_of("mfcc, rms", None, None, None).features) == ["mfcc", "rms"]


@pytest.mark.parametrize("text", [b"{", b"\xff\xfe", b"[" * 100_000], ids=["broken", "no text", "deep"])
def test_a_recipe_that_cannot_be_read_is_one_sentence(tmp_path, text):
    (tmp_path / "r.json").write_bytes(text)
    with pytest.raises(spectro.ParameterError, match=r"r\.json could not be read as a recipe: "):
        recipe_of(None, "auto", None, tmp_path / "r.json")


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ("feature.mfcc,my.module:mfcc", "two features are called 'mfcc'"),
        ({"rms": {}, "feature.rms": {"frame_length": 512}}, "two features are called 'rms'"),
        ({"file": {"function": "rms"}}, "a feature cannot be called 'file'"),
        ({"recipe": {"function": "rms"}}, "a feature cannot be called 'recipe'"),
    ],
)
def test_features_whose_names_would_hide_another_are_refused(features, said):
    with pytest.raises(spectro.ParameterError, match=said):
        recipe_of(features, "auto", None, None)


def test_a_feature_may_be_named_twice():
    assert list(recipe_of("mfcc,rms,mfcc", "auto", None, None).features) == ["mfcc", "rms"]


@pytest.mark.parametrize("sr", [0.5, 1e12])
def test_a_rate_that_no_file_can_be_brought_to_is_refused_at_once(sr):
    with pytest.raises(spectro.ParameterError, match="sr must be between 1 and 100000000 Hz"):
        recipe_of("rms", sr, None, None)


def test_a_preset_is_a_function_of_the_presets_at_its_own_rate(monkeypatch):
    class Presets:
        __all__ = ("kaldi_fbank", "tacotron2", "whisper")

        @staticmethod
        def kaldi_fbank(y, sr=8000):
            return y

        tacotron2 = whisper = staticmethod(lambda y: y)

    monkeypatch.setitem(spectro.__dict__, "presets", Presets)
    assert recipe_of(None, "auto", "whisper", None) == Recipe(16000, {"whisper": {"function": "presets.whisper"}})
    assert recipe_of(None, "auto", "kaldi_fbank", None).sr == 8000
    assert recipe_of("mfcc", 44100, "tacotron2", None).sr == 44100
    assert recipe_of("mfcc", "auto", "tacotron2", None).features.keys() == {"tacotron2", "mfcc"}
    with pytest.raises(spectro.ParameterError, match="preset must be one of kaldi_fbank, tacotron2, whisper, got 'x'"):
        recipe_of(None, "auto", "x", None)
