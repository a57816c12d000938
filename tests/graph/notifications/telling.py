"""Tells people of a brand something."""

from tests.support.world import Brand, World


def notify(world: World, brand: Brand, title: str = "A title", category: str = "system") -> None:
    """Tells the editor of a brand something, as commands do."""
    world.rows(
        "select private.notify(array[%s::uuid], %s, %s, 'notice', %s)",
        world.id_of(brand.editor),
        brand.id,
        category,
        title,
    )
