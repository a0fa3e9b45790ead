"""The peer shows no thumbnails; the shop wants to hear of something that would make them."""


class NoThumbnails:
    def generate_thumbnail(self, source, **options):
        return source

    def delete_thumbnails(self, source):
        pass
