"""適合率: how well a mapping, a run or a destination fits the layout, item by item."""
