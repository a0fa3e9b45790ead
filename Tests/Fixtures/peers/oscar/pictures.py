"""Draw a cover for every product of the peer that has none: a colour of its own and its title.
usage: pictures.py"""
import colorsys, io, os, sys, textwrap, zlib
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
import django
django.setup()
from django.core.files.base import ContentFile
from django.db import transaction
from oscar.apps.catalogue.models import Product, ProductImage
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 800, 1000
large, small = ImageFont.load_default(64), ImageFont.load_default(30)

def colour(hue, lightness, saturation):
    return tuple(round(255 * part) for part in colorsys.hls_to_rgb(hue % 1, lightness, saturation))

def cover(product):
    hue = zlib.crc32(product.title.encode()) / 2**32
    picture = Image.new("RGB", (WIDTH, HEIGHT), colour(hue, 0.30, 0.35))
    draw = ImageDraw.Draw(picture)
    for step in range(9):
        radius = 520 - step * 56
        draw.ellipse((WIDTH / 2 - radius, 330 - radius, WIDTH / 2 + radius, 330 + radius),
                     fill=colour(hue + step * 0.018, 0.32 + step * 0.035, 0.40))
    lines = textwrap.wrap(product.title, 20)[:5]
    draw.multiline_text((64, 936 - 30), "\n".join(lines), font=large, anchor="ld",
                        fill=colour(hue, 0.94, 0.5), spacing=14)
    draw.text((64, 64), product.product_class.name.upper(), font=small, fill=colour(hue, 0.94, 0.5))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return ContentFile(out.getvalue(), name=f"{product.pk}.jpg")

drawn = 0
with transaction.atomic():
    for product in Product.objects.exclude(structure="child").filter(images=None):
        ProductImage.objects.create(product=product, original=cover(product), caption=product.title[:200])
        drawn += 1
print(f"drew {drawn} covers")
