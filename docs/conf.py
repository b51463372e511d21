"""Sphinx configuration of the spectro site."""

import shutil
import sys
from pathlib import Path

import spectro

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "spectro"
author = "the spectro maintainers"
copyright = author
release = version = spectro.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
    "sphinx_copybutton",
    "spectro_docs",
    "migration",
    "gallery",
    "measured",
]
exclude_patterns = ["_build", "_generated", "Thumbs.db", ".DS_Store"]
templates_path = ["_templates"]
default_role = "py:obj"
smartquotes = False

autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

myst_enable_extensions = [
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
]
myst_heading_anchors = 3
nb_execution_mode = (
    "off"  # notebooks are stored with their outputs and executed by `make notebooks`
)

html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = "spectro"
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_favicon = "_static/favicon.svg"
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "spectro"},
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["sphinx-version"],
    "footer_end": ["theme-version"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {page: [] for page in ("index", "install", "tour")}

linkcheck_ignore = [
    r"https?://.*"
]  # local anchors only: other people's sites may be down when we build

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go"


def _copy_notebooks(app):
    """Bring the notebooks, which live at the root of the repository, below the source folder of the site."""
    target = HERE / "notebooks"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for path in sorted((HERE.parent / "notebooks").glob("*.ipynb")):
        shutil.copy2(path, target)
    (target / "index.md").write_text(
        (HERE / "notebooks.md.in").read_text(encoding="utf-8"), encoding="utf-8"
    )


def setup(app):
    """Hook into the build."""
    app.connect("builder-inited", _copy_notebooks, priority=1)
