import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { Refusal } from '../look/refusal.tsx'
import styles from './dialog.module.css'

/** Says what something that cannot be undone means, and does it only then. */
export function ConfirmDialog(props: {
  title: string
  text: string
  confirm: string
  keep: string
  error: Error | null
  isBusy: boolean
  onConfirm: () => void
  onClose: () => void
  /** What it is about. */
  children: ReactNode
}) {
  return (
    // Locking the page behind it would need a <style> element.
    <Modal.Root opened onClose={props.onClose} centered lockScroll={false}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Not Modal.Header: a second <header> would be a second banner of the page. */}
        <div className={styles.head}>
          <Modal.Title>{props.title}</Modal.Title>
          <Modal.CloseButton aria-label={props.keep} />
        </div>
        <Modal.Body>
          <div className={styles.body}>
            <p className={styles.subject}>{props.children}</p>
            <p>{props.text}</p>
            <Refusal error={props.error} className={styles.error} />
            <div className={styles.buttons}>
              <Button variant="default" data-autofocus onClick={props.onClose}>
                {props.keep}
              </Button>
              <Button variant="default" className={styles.danger} loading={props.isBusy} onClick={props.onConfirm}>
                {props.confirm}
              </Button>
            </div>
          </div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
