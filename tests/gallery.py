"""Pictures of the demo review for the README, small files: ``make gallery`` after ``make report``.

Pages come from the PDF, and the workbook through LibreOffice where it is installed.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from pypdf import PdfReader

ROOT = Path(__file__).parents[1]
RUN = ROOT / "reports/out/demo"
IMAGES = ROOT / "docs/images"
PAGES = {
    "page-one": "Decisions requested",
    "changes": "What changed since last quarter",
    "value": "What each segment brought before the quarter",
    "satisfaction": "How they feel",
}
"""Name of each picture and words on its page; the contents on page one do not count."""
PIXELS_AN_INCH = 80
COLOURS = 64
LIST_SHARE = 0.27
"""How far down the page the list of accounts reaches."""
MOST_BYTES = 150_000


def find_page(reader: PdfReader, words: str) -> int:
    """The first page that shows some words, from 1."""
    for number, page in enumerate(reader.pages, start=1):
        is_contents = number == 1 and words != PAGES["page-one"]
        if words in " ".join(page.extract_text().split()) and not is_contents:
            return number
    raise SystemExit(f"No page shows {words!r}.")


def draw_page(pdf: Path, number: int, target: Path, share: float = 1.0) -> None:
    """Draw a page, or the upper share of it, as a small PNG."""
    with TemporaryDirectory() as folder:
        stem = Path(folder, "page")
        place = ["-f", str(number), "-l", str(number), "-r", str(PIXELS_AN_INCH), "-singlefile"]
        subprocess.run(["pdftoppm", *place, "-png", str(pdf), str(stem)], check=True)
        picture = Image.open(stem.with_suffix(".png")).convert("RGB")
        picture = picture.crop((0, 0, picture.width, round(picture.height * share)))
        small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(target, optimize=True)
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}  {size:,} bytes")
    if size > MOST_BYTES:
        raise SystemExit(f"{target.name} is larger than {MOST_BYTES:,} bytes.")


def draw_workbook(workbook: Path) -> None:
    """Draw the workbook's list of accounts, which follows its summary."""
    office = shutil.which("soffice")
    if office is None or not workbook.exists():
        print("The workbook is not drawn: LibreOffice is not installed, or there is no workbook.")
        return
    with TemporaryDirectory() as folder:
        command = [office, "--headless", "--convert-to", "pdf", "--outdir", folder, str(workbook)]
        subprocess.run(command, check=True, capture_output=True)
        pdf = Path(folder, workbook.with_suffix(".pdf").name)
        page = min(2, len(PdfReader(pdf).pages))
        draw_page(pdf, page, IMAGES / "workbook.png", share=LIST_SHARE)


def main() -> None:
    """Draw every picture anew."""
    if shutil.which("pdftoppm") is None:
        sys.exit("pdftoppm is needed; it comes with poppler-utils.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    pdf = RUN / "review.en.pdf"
    reader = PdfReader(pdf)
    for name, words in PAGES.items():
        draw_page(pdf, find_page(reader, words), IMAGES / f"{name}.png")
    draw_workbook(RUN / "key_accounts.en.xlsx")


if __name__ == "__main__":
    main()
